import path from 'node:path'
import { readTextIfThere } from '../../base/files.ts'

/** What Claude Code takes where nothing is set (its documentation, "Settings": `cleanupPeriodDays`). */
const defaultDays = 30

/**
 * After how many days without a change Claude Code deletes a transcript, as the settings of a Claude folder say. With 0 it
 * writes none at all (its issue 23710). A file that it can't read says nothing.
 */
export function readCleanupDays(claudeRoot: string): number {
  try {
    const { cleanupPeriodDays: days } = JSON.parse(
      readTextIfThere(path.join(claudeRoot, 'settings.json'))?.replace(/^\uFEFF/, '') ?? '{}',
    )
    return typeof days === 'number' && days >= 0 ? days : defaultDays
  } catch {
    return defaultDays
  }
}
