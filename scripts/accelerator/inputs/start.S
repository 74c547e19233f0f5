/* SPDX-License-Identifier: Apache-2.0 */
#define ANSWER 42
    .text
    .globl answer
    .type answer, @function
answer:
    mov w0, #ANSWER
    ret
    .size answer, . - answer
    .section .note.GNU-stack, "", %progbits
