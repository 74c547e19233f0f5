/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and times as people read them. */

function span(ms) {
  const seconds = ms / 1000;
  if (seconds < 59.95) return seconds.toFixed(1) + "s";
  const whole = Math.round(seconds);
  const pad = (number) => String(number).padStart(2, "0");
  if (whole < 3600) return Math.floor(whole / 60) + "m " + pad(whole % 60) + "s";
  return Math.floor(whole / 3600) + "h " + pad(Math.floor(whole / 60) % 60) + "m";
}

function clock(ms) {
  const whole = Math.round(ms / 1000);
  const pad = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return minutes + ":" + pad(whole % 60);
  return Math.floor(minutes / 60) + ":" + pad(minutes % 60) + ":" + pad(whole % 60);
}

function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return (unit === 0 ? bytes : bytes.toFixed(1)) + " " + units[unit];
}

function percent(part, whole) {
  return whole > 0 ? Math.round((100 * part) / whole) + " %" : "–";
}

function count(number, noun) {
  return number + " " + noun + (number === 1 ? "" : "s");
}

function change(entry) {
  if (entry.former === undefined || entry.duration === undefined || entry.status !== "built") return undefined;
  return entry.duration - entry.former;
}

function signed(ms) {
  return (ms < 0 ? "−" : "+") + span(Math.abs(ms));
}

function localTime(ms) {
  const date = new Date(run.started + ms);
  if (isNaN(date)) return "";
  const pad = (number) => String(number).padStart(2, "0");
  return date.getFullYear() + "-" + pad(date.getMonth() + 1) + "-" + pad(date.getDate()) + " " +
    pad(date.getHours()) + ":" + pad(date.getMinutes()) + ":" + pad(date.getSeconds());
}
