export interface Decimal {
  readonly digits: bigint
  /** Places after the point; never negative. */
  readonly places: number
}

/** Multiplies numbers as they are written in decimal: 0.1 is a tenth and not its nearest double. */
export function decimalProduct(...factors: number[]): Decimal {
  let digits = 1n
  let places = 0
  for (const factor of factors) {
    const [mantissa = '0', exponent = '0'] = String(factor).split('e')
    const [whole = '0', fraction = ''] = mantissa.split('.')
    digits *= BigInt(whole + fraction)
    places += fraction.length - Number(exponent)
  }
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 }
}

/** To a whole number; halves go up. */
export function roundHalfUp({ digits, places }: Decimal): number {
  const unit = 10n ** BigInt(places)
  return Number((2n * digits + unit) / (2n * unit))
}

/** The product of two decimals, as a number. */
export function exactProduct(a: number, b: number): number {
  const { digits, places } = decimalProduct(a, b)
  return Number(`${digits}e-${places}`)
}
