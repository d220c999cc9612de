import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A disk of its own, which can be filled. */
export interface SmallDisk {
  readonly folder: string
  freeBytes(): number
}

/** Does the work on a disk of so many megabytes. Answers whether there could be one: it needs Linux and the rights to mount. */
export async function withSmallDisk(
  megabytes: number,
  work: (disk: SmallDisk) => Promise<void>,
): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmdirSync(folder)
    return false
  }
  try {
    await work({
      folder,
      freeBytes() {
        const { bavail, bsize } = statfsSync(folder)
        return bavail * bsize
      },
    })
  } finally {
    execFileSync('umount', ['-l', folder])
    rmdirSync(folder)
  }
  return true
}
