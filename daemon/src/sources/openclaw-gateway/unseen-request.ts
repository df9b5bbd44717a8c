/**
 * Up to 2.5 s pass between a request and its run (seen on 2026.9.6). So a run that starts this soon after we came may serve a
 * request that we missed, in ms; and a request that is older than this, and that no run has answered, died with its run.
 */
export const UNSEEN_REQUEST_MS = 10_000;
