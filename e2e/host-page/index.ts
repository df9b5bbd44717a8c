/** A page of our own that plays Mattermost's web client, on the same origin as a real server. */
export type { ReactVersion } from './build.ts';
export { HostPage, type HostPageOptions } from './host-page.ts';
