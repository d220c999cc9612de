/** What launchd on macOS knows our agent by: who sets it up and who starts it out of turn must call it the same. */
export const agentLabel = 'com.claude-session-logger.sync'
