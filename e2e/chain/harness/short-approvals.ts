import { registerHooks } from 'node:module';

/**
 * Loaded into the gateway before OpenClaw itself: approvals expire after a minute. OpenClaw has no setting for it, 30 minutes are a
 * constant of one module; what happens then is its own code.
 */
const FROM = 'DEFAULT_EXEC_APPROVAL_TIMEOUT_MS = 18e5';
const TO = 'DEFAULT_EXEC_APPROVAL_TIMEOUT_MS = 6e4';

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!/\/openclaw\/dist\/exec-approvals-core-[^/]+\.mjs$/.test(url)) return loaded;
    const source = String(loaded.source);
    if (!source.includes(FROM)) throw new Error(`short-approvals: no "${FROM}" in ${url}: is this another OpenClaw?`);
    return { ...loaded, source: source.replace(FROM, TO) };
  },
});
