/** Whether what stands behind `password =`, `token:` and the like is a secret or an ordinary word. */

// All of these judge at most the first few dozen characters of a value, so that time stays linear.

/** Not a value but where one comes from or would stand: `$VAR`, `${{ … }}`, `<yours>`, `getToken()`, `****`, a URL. */
const standIn =
  /^(?:\$[A-Za-z_]\w*$|[[{(<*]|%[A-Za-z(]|your[-_ ])|\$[{(]|\{\{|^[\w$.]+\(|:\/\/|\.\.\.|…|^([*•xX.-])\1+$|^[\w.+-]*@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$/i

/** Ids that are keys of our rows or of their protocols: they name something and open nothing. */
const plainId = /^(?:msg|req|toolu|srvtoolu|agent|session|batch|resp|chatcmpl|call)[-_]\w+$/i

const wordPieces = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|./g
const fiveConsonants = /[bcdfghjklmnpqrstvwxz]{5}/i

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Made of words, names of code, paths, versions or dates; random characters change their kind much more often. */
function isOrdinary(value: string): boolean {
  if (uuid.test(value)) return false
  return value
    .split(/[^\w!@#$%^&*?|~]+|_|#(?=\d+$)|^#/)
    .every(
      chunk =>
        chunk.length <= 4 ||
        (/^[A-Za-z\d]+$/.test(chunk) &&
          (chunk.match(wordPieces)?.length ?? 0) <= 1 + chunk.length / 4 &&
          !/\d\D+\d+\D+\d/.test(chunk) &&
          !fiveConsonants.test(chunk)),
    )
}

/** Bits a character of the text costs by the frequencies in it (Shannon); 4 for random hex, 0 for `aaaa`. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

function withoutFullStop(value: string): string {
  return value.replace(/[.!?:,;)\]]+$/, '')
}

/** A password may be a word with a number behind it, but not a word, and not several. */
export function isPassword(value: string): boolean {
  const bare = withoutFullStop(value)
  if (bare.length < 6 || standIn.test(bare)) return false
  return !isOrdinary(bare) || /^(?:(?=.{7})[A-Za-z]+\d+|\d+)$/.test(bare)
}

/** A machine made it. */
export function isToken(value: string): boolean {
  const bare = withoutFullStop(value)
  return bare.length >= 10 && !standIn.test(bare) && !isOrdinary(bare) && entropyBits(bare) >= 2.5
}

/** A token that is no plain id: `session=<uuid>` names a session here, it does not open one. */
export function isSessionToken(value: string): boolean {
  return value.length >= 24 && isToken(value) && !plainId.test(value) && !uuid.test(value)
}

export function isPasswordOrToken(value: string): boolean {
  return isPassword(value) || isToken(value)
}

/** `user:password` in base64, as in HTTP's basic scheme (RFC 7617). */
export function isBasicCredential(value: string): boolean {
  return /^[\x20-\x7e]*:[\x20-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1'))
}

/** Whether a cookie header carries more than switches. */
export function isCookie(header: string): boolean {
  return Array.from(header.matchAll(/[\w.-]=([^;\s]{8,})/g)).some(([, value = '']) => isToken(value))
}
