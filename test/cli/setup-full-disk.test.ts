import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { fillSetupHome, othersTexts } from '../support/setup-home.ts'
import { withSmallDisk } from '../support/small-disk.ts'

// The disk is full before setup is through, a little further on each time. Needs a disk of its own: says so where it can't have one.

/** Kilobytes that are left when setup begins: too few for a database, or, where there is one, for what is written after it. */
const rooms = [
  { words: [], kilobytes: [0, 8, 600] },
  { words: ['init'], kilobytes: [0, 4, 8, 12, 20] },
]

test('on a disk that fills up setup says so, leaves all texts whole, and goes on when there is room', async () => {
  const ran = await withSmallDisk(8, async disk => {
    const home = fillSetupHome(disk.folder)
    const ballast = path.join(disk.folder, 'ballast')
    const before = home.snapshot()
    const bare = othersTexts(home)
    await home.setup('--yes')
    const set = othersTexts(home)
    const ended = new Set<string>()
    for (const { words, kilobytes } of rooms)
      for (const room of kilobytes) {
        const what = `${words} ${room} kB`
        await home.setup('--uninstall', '--yes', '--delete-data')
        expect(Object.fromEntries(home.snapshot()), what).toEqual(Object.fromEntries(before))
        if (words.length > 0) await home.csl(words)
        writeFileSync(ballast, Buffer.alloc(Math.max(0, disk.freeBytes() - room * 1024)))

        const { code, stderr } = await home.setup('--yes')
        rmSync(ballast)

        if (code !== 0) expect(stderr, what).toMatch(/full|ENOSPC/)
        expect([0, 1], `${what}: ${stderr}`).toContain(code)
        ended.add(`${code} ${/not begun: .*/.exec(stderr)?.[0] ?? ''}`)
        for (const [name, text] of othersTexts(home))
          expect([bare.get(name), set.get(name)], `${name}, ${what}`).toContain(text)
        const again = await home.setup('--yes')
        expect(again.code, `${what}, then room: ${again.stderr}`).toBe(0)
        expect(othersTexts(home)).toEqual(set)
      }
    // Not always at the same place.
    expect(ended.size, [...ended].join('; ')).toBeGreaterThan(3)
  })
  if (!ran) console.log('not run: no disk can be mounted here')
})

test('on a disk that is full everything can be taken out, too', async () => {
  const ran = await withSmallDisk(8, async disk => {
    const home = fillSetupHome(disk.folder)
    const before = home.snapshot()
    await home.setup('--yes')
    const ballast = path.join(disk.folder, 'ballast')
    writeFileSync(ballast, Buffer.alloc(disk.freeBytes()))

    const full = await home.setup('--uninstall', '--yes')
    rmSync(ballast)
    const out = await home.setup('--uninstall', '--yes', '--delete-data')

    expect([0, 1]).toContain(full.code)
    if (full.code !== 0) expect(full.stderr).toMatch(/full|ENOSPC/)
    expect(out.code, out.stderr).toBe(0)
    expect(Object.fromEntries(home.snapshot())).toEqual(Object.fromEntries(before))
  })
  if (!ran) console.log('not run: no disk can be mounted here')
})
