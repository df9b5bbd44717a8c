/** A real Mattermost server for tests and for `make stack`. */
export * from './people.ts';
export { PluginAdmin } from './plugin-admin.ts';
export { PLUGIN_API, PLUGIN_ID } from './plugin-id.ts';
export { createDatabase, type TestDatabase } from './postgres.ts';
export { PostgresCluster } from './postgres-cluster.ts';
export { ReplayDaemon, type ReplayOptions } from './replay.ts';
export { type Answer, RefusedError, type RequestOptions, Rest } from './rest.ts';
export { type Front, MattermostServer, type ServerOptions } from './server.ts';
export { EventSocket, type SocketEvent, UPDATE_EVENT, updateOf } from './socket.ts';
export { OwnStack, pluginSettings, type SharedStack, type Stack, startStack } from './stack.ts';
