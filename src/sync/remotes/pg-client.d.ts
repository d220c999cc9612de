// The client alone: the package's front door would look for native bindings where NODE_PG_FORCE_NATIVE says so.
declare module 'pg/lib/client.js' {
  import { Client } from 'pg'
  export default Client
}
