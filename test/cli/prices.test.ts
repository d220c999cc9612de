import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'

const id = uuidOf(0x71)

async function homeWithUsage(): Promise<Home> {
  const home = makeHome()
  await home.writeTranscript('-home-dev', `${id}.jsonl`, [
    assistantLine(id),
    assistantLine(id, { model: 'nobody-knows-1' }),
    assistantLine(id, { model: 'nobody-knows-1' }),
  ])
  await home.csl(['backfill'])
  return home
}

function writePrices(home: Home, prices: unknown): void {
  mkdirSync(home.dataFolder, { recursive: true })
  writeFileSync(path.join(home.dataFolder, 'prices.json'), JSON.stringify(prices))
}

describe('csl prices', () => {
  test('lists what is known, those that are used first, and what is missing', async () => {
    const home = await homeWithUsage()

    const { stdout, code } = await home.csl(['prices'])

    expect(stdout).toMatch(
      /^Prices in USD per million tokens · newest source: \d{4}-\d\d-\d\d · a web search: 0\.01\n/,
    )
    expect(stdout.split('\n')[4]).toMatch(/^claude-opus-4-8 +5 +25 +6\.25 +10 +0\.5 +1$/)
    expect(stdout).toMatch(/prompts over 200K, before 2026-03-13/)
    expect(stdout).toMatch(/no price for:\n\nModel +Messages +Tokens\n─.*\nnobody-knows-1 +2 +60\n/)
    expect(stdout).toContain(path.join(home.dataFolder, 'prices.json'))
    expect(code).toBe(0)
  })

  test('marks your own prices, applies them at once and names what is wrong with them', async () => {
    const home = await homeWithUsage()
    writePrices(home, { 'nobody-knows-1': { input: 1, output: 2 }, broken: { input: 'free' } })

    const { stdout } = await home.csl(['prices'])
    const usage = JSON.parse((await home.csl(['usage', '--all', '--json'])).stdout)

    expect(stdout).toMatch(/^nobody-knows-1 \(yours\) +1 +2 +1\.25 +2 +0\.1 +2$/m)
    expect(stdout).toContain('Every model that was used has a price.')
    expect(stdout).toMatch(/Problems:\nprices\.json: "broken" needs a number/)
    // 10 × 5 + 20 × 25 and twice 10 × 1 + 20 × 2 millionths of a dollar.
    expect(usage.totals).toMatchObject({ costUsd: '0.00065', unpricedCount: 0 })
  })

  test('gives programs all rates', async () => {
    const home = await homeWithUsage()
    writePrices(home, { broken: { input: 'free' } })

    const report = JSON.parse((await home.csl(['prices', '--json'])).stdout)

    expect(report.models[0]).toMatchObject({
      id: 'claude-opus-4-8',
      origin: 'built-in',
      messages: 1,
      totalTokens: 30,
      rates: [{ speed: 'standard', input: 5, output: 25 }, { speed: 'fast' }],
    })
    expect(report.unpriced).toEqual([
      { model: 'nobody-knows-1', messages: 2, totalTokens: 60, unpricedCount: 2 },
    ])
    expect(report.problems).toHaveLength(1)
  })

  test('needs no recorded session', async () => {
    const { stdout, code } = await makeHome().csl(['prices', '--json'])

    expect(JSON.parse(stdout)).toMatchObject({ unpriced: [], problems: [] })
    expect(code).toBe(0)
  })
})
