// How numbers are shown. Everything comes in SI; miles per hour only where the road signs say so.

import type { Sky, SurfaceTemperatures } from "./protocol/messages.ts";

/** What drives on a country's speed signs. */
export type SpeedUnit = "km/h" | "mph";

/** Countries whose speed signs are in miles per hour (ISO 3166-1): US and UK, their territories, and Liberia. */
const MPH_COUNTRIES = new Set(
  "US GB LR PR VI GU AS MP IM JE GG KY BS BZ AG DM GD KN LC VC VG TC MS AI FK SH".split(" "),
);

/** Countries and territories whose speed limit signs are white rectangles, as the MUTCD (R2-1) and Canada have them. */
const RECTANGULAR_SIGNS = new Set("US CA PR VI GU AS MP".split(" "));

/** Returns the shape of a country's speed limit signs; the ring is that of the Vienna Convention (C, 14). */
export function speedSign(country: string): "rectangle" | "ring" {
  return RECTANGULAR_SIGNS.has(country.toUpperCase()) ? "rectangle" : "ring";
}

export function speedUnit(country: string): SpeedUnit {
  return MPH_COUNTRIES.has(country.toUpperCase()) ? "mph" : "km/h";
}

const PER_METRE_PER_SECOND: Record<SpeedUnit, number> = { "km/h": 3.6, mph: 3600 / 1609.344 };

/** Returns a speed (m/s) as a whole number of the unit, without its name. */
export function speedValue(speed: number, unit: SpeedUnit): string {
  return Math.round(speed * PER_METRE_PER_SECOND[unit]).toString();
}

/** Returns a speed (m/s) with its unit, "48 km/h". */
export function formatSpeed(speed: number, unit: SpeedUnit): string {
  return `${speedValue(speed, unit)} ${unit}`;
}

/** Returns a time of day (s after midnight) as "07:05:09"; past midnight it goes on at 00 with the days before it. */
export function formatClock(time: number, withSeconds = true): string {
  const whole = Math.max(0, Math.floor(time + 1e-6));
  const days = Math.floor(whole / 86400);
  const parts = [Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60];
  if (withSeconds) parts.push(whole % 60);
  const clock = parts.map((part) => part.toString().padStart(2, "0")).join(":");
  return days > 0 ? `${days}d ${clock}` : clock;
}

/** Returns a duration (s) as "42 s", "3:05 min" or "1:02 h"; an en dash for null. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null) return "–";
  const whole = Math.round(seconds);
  if (whole < 100) return `${whole} s`;
  const pad = (n: number) => n.toString().padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}:${pad(whole % 60)} min`;
  return `${Math.floor(whole / 3600)}:${pad(Math.floor(whole / 60) % 60)} h`;
}

/** Returns a distance (m) as "8.4 m", "120 m" or "1.2 km". */
export function formatDistance(metres: number): string {
  if (metres < 20) return `${metres.toFixed(1)} m`;
  if (metres < 1000) return `${Math.round(metres)} m`;
  return `${(metres / 1000).toFixed(1)} km`;
}

const MINUS = "−";

/** Returns a signed quantity with one digit, "+0.8" or "−2.1", never "-0.0". */
export function formatSigned(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  if (rounded === 0) return "0.0";
  return `${rounded < 0 ? MINUS : "+"}${Math.abs(rounded).toFixed(1)}`;
}

/** Returns a count with thin spaces between the thousands, "12 345". */
export function formatCount(n: number): string {
  return Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, "\u2009");
}

/** Returns a pace of simulation, "12×" or "0.5×". */
export function formatFactor(factor: number): string {
  return `${factor < 9.95 ? Math.round(factor * 10) / 10 : formatCount(factor)}×`;
}

/** Returns a class or limit name of the protocol as words, "rigid_lorry" as "Rigid lorry". */
export function formatName(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Returns a street's name as the map has it, where several references are parted by semicolons. */
export function formatStreet(name: string): string {
  return name.replace(/\s*;\s*/g, ", ");
}

/** Returns a share as "64 %"; of what is there, though hardly, "<1 %". */
export function formatShare(share: number): string {
  const percent = Math.round(share * 100);
  return percent === 0 && share > 0 ? "<1 %" : `${percent} %`;
}

/** Returns a temperature (°C) as "−1.5 °C", never "−0.0". */
export function formatTemperature(celsius: number): string {
  const rounded = Math.round(celsius * 10) / 10;
  return `${rounded < 0 ? MINUS : ""}${Math.abs(rounded).toFixed(1)} °C`;
}

/** How far one must see for it not to be worth a word, m. */
const FAR = 10_000;

/** Returns the weather in words: "−1.5 °C, snow 3.0 mm/h, wind 4 m/s, visibility 350 m". */
export function describeSky(sky: Sky): string {
  const parts = [formatTemperature(sky.temperature)];
  if (sky.rain > 0) parts.push(`rain ${sky.rain.toFixed(1)} mm/h`);
  if (sky.snow > 0) parts.push(`snow ${sky.snow.toFixed(1)} mm/h`);
  if (sky.rain <= 0 && sky.snow <= 0) parts.push("no rain");
  parts.push(`wind ${Math.round(sky.wind)} m/s`);
  if (sky.visibility < FAR) parts.push(`visibility ${formatDistance(sky.visibility)}`);
  return parts.join(", ");
}

/** Returns how warm the roads are: "Roads 0.4 °C, bridges −1.2 °C". */
export function describeSurface({ ground, bridges }: SurfaceTemperatures): string {
  return `Roads ${formatTemperature(ground)}, bridges ${formatTemperature(bridges)}`;
}
