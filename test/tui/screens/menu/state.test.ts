import { expect, test } from 'vitest'
import { chosenAfter, type MenuCommand, placeOf } from '../../../../src/tui/screens/menu/state.ts'

function chosen(...commands: MenuCommand[]): number {
  return commands.reduce(chosenAfter, 0)
}

test('the choice goes up and down and round, as often as keys come', () => {
  expect(chosen('down', 'down')).toBe(2)
  expect(chosen('up')).toBe(3)
  expect(chosen(...Array<MenuCommand>(9).fill('down'))).toBe(1)
})

test('Enter leads to what is chosen, a number to its line, the last line out', () => {
  expect(placeOf(1, 'choose')).toEqual({ screen: 'summary' })
  expect(placeOf(1, 'third')).toEqual({ screen: 'notes' })
  expect(placeOf(3, 'choose')).toBe(undefined)
  expect(placeOf(0, 'quit')).toBe(undefined)
})
