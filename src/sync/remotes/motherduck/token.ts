/** The names MotherDuck's own client reads a token from (its documentation, "Authenticating to MotherDuck"). */
const tokenVariables = ['motherduck_token', 'MOTHERDUCK_TOKEN'] as const

/** MotherDuck's extension would take the token from there, in place of the one it is given, and hand it on to children. */
export function forgetTokensInEnvironment(): void {
  for (const name of tokenVariables) delete process.env[name]
}
