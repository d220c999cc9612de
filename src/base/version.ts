declare const __CSL_VERSION__: string

/** The version in package.json, put in by the build. */
export const version: string = typeof __CSL_VERSION__ === 'string' ? __CSL_VERSION__ : '0.0.0-source'
