import { cleanText } from './clean-text.ts'
import type { ZoneClock } from './time.ts'

/** One US dollar in picodollars, the unit of all sums: exact for every price per token. */
const picoPerUsd = 10n ** 12n
const picoPerCent = picoPerUsd / 100n

/** A number of tokens in at most four characters and a unit: `950`, `1.2K`, `123K`, `1.2M`, `2.4B`. */
export function formatTokens(tokens: number): string {
  if (tokens < 0) return `-${formatTokens(-tokens)}`
  let unit = 1
  for (const letter of ['', 'K', 'M', 'B']) {
    // The rounded number decides, so that 999,950 is 1.0M and never 1000K.
    const tenths = Math.round(tokens / (unit / 10))
    if (unit > 1 && tenths < 1000) return `${Math.floor(tenths / 10)}.${tenths % 10}${letter}`
    const whole = Math.round(tokens / unit)
    if (whole < 1000) return `${whole}${letter}`
    unit *= 1000
  }
  return `${formatCount(tokens / 1e9)}B`
}

/** A whole number with thousands separators: `1,234,567`. A fraction is rounded. */
export function formatCount(count: number): string {
  return groupThousands(Math.round(count).toString())
}

/**
 * Picodollars as dollars and cents: `$1,234.50`. More than nothing but less than a cent is `<$0.01`; null, no
 * price known, is `unpriced`. `atLeast` marks a lower bound: a sum in which something has no price.
 */
export function formatUsd(pico: bigint | null, { atLeast = false }: { atLeast?: boolean } = {}): string {
  if (pico === null) return 'unpriced'
  const size = pico < 0n ? -pico : pico
  const isTiny = size > 0n && size < picoPerCent
  if (isTiny && !atLeast) return '<$0.01'
  const cents = isTiny ? 0n : (size + picoPerCent / 2n) / picoPerCent
  const dollars = groupThousands((cents / 100n).toString())
  const sign = pico < 0n && cents > 0n ? '-' : ''
  return `${atLeast ? '≥ ' : ''}${sign}$${dollars}.${(cents % 100n).toString().padStart(2, '0')}`
}

/**
 * Picodollars in a few letters and without the sign, where there is room for no more: `<.01`, `0.34`, `12.3`, `123`,
 * `1.2K`, `12.3K`.
 */
export function formatUsdShort(pico: bigint): string {
  if (pico > 0n && pico < picoPerCent) return '<.01'
  const cents = Number(divideRounded(pico, picoPerCent))
  if (cents < 1000) return (cents / 100).toFixed(2)
  const tenths = Number(divideRounded(pico, picoPerUsd / 10n))
  return tenths < 1000 ? (tenths / 10).toFixed(1) : formatTokens(Number(divideRounded(pico, picoPerUsd)))
}

/** Picodollars as exact decimal text in dollars, without needless zeros: `0.0784712`. Null, no price known, stays null. */
export function usdFromPico(pico: bigint): string
export function usdFromPico(pico: bigint | null): string | null
export function usdFromPico(pico: bigint | null): string | null {
  if (pico === null) return null
  const size = pico < 0n ? -pico : pico
  const fraction = (size % picoPerUsd).toString().padStart(12, '0').replace(/0+$/, '')
  return `${pico < 0n ? '-' : ''}${size / picoPerUsd}${fraction && `.${fraction}`}`
}

/**
 * Dollars, as decimal text or a number, in picodollars; exact, digits beyond the twelfth decimal are rounded.
 * Null when it is not a number.
 */
export function picoFromUsd(usd: string | number): bigint | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(String(usd).trim())
  if (!match) return null
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  if (whole + fraction === '') return null
  const digits = BigInt(whole + fraction)
  const shift = 12 - fraction.length + Number(exponent)
  const size = shift >= 0 ? digits * 10n ** BigInt(shift) : divideRounded(digits, 10n ** BigInt(-shift))
  return sign === '-' ? -size : size
}

/** A length of time: `<1 min`, `12 min`, `3 h 05 min`, `2 d 4 h`. */
export function formatDuration(minutes: number): string {
  if (minutes < 1) return '<1 min'
  const whole = Math.round(minutes)
  if (whole < 60) return `${whole} min`
  if (whole < 24 * 60) return `${Math.floor(whole / 60)} h ${String(whole % 60).padStart(2, '0')} min`
  const hours = Math.round(minutes / 60)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** `2026-10-01 14:05` as the zone's clocks show it. */
export function timeText(ms: number, clock: ZoneClock): string {
  const { hour, minute } = clock.parts(ms)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${clock.label('day', ms)} ${two(hour)}:${two(minute)}`
}

/** The name people use for a Claude model: `claude-haiku-4-5-20251001` is `Haiku 4.5`. Any other id stays, cleaned. */
export function modelFamily(model: string): string {
  const id = cleanText(model)
  // What providers put around the name: a path, a region, the size of the context, Vertex and Bedrock versions.
  const bare = id
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:(?:us|eu|apac|au|jp|global)\.)?anthropic\./, '')
    .replace(/\[[^[\]]*\]$/, '')
    .replace(/@.*$/, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/-(?:fast|thinking)$/, '')
    .replace(/-(?:\d{8}|latest)$/, '')
  // Before version 4 the numbers came first: `claude-3-5-sonnet`.
  const named = /^claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?$/.exec(bare)
  const numbered = /^claude-(\d{1,2})(?:-(\d{1,2}))?-([a-z]+)$/.exec(bare)
  const [name, major, minor] = named
    ? named.slice(1)
    : numbered
      ? [numbered[3], numbered[1], numbered[2]]
      : []
  if (!name) return id
  const version = minor === undefined || minor === '0' ? major : `${major}.${minor}`
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${version}`
}

function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** Both are positive; half rounds up. */
function divideRounded(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor
}

/** `812 B`, `4.2 kB`, `1.3 MB`, `75.2 GB`: of 1,000 each. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  return bytes < 1_000_000_000
    ? `${(bytes / 1_000_000).toFixed(1)} MB`
    : `${(bytes / 1_000_000_000).toFixed(1)} GB`
}
