export const PLUGIN_ID = 'com.openclaw.livestatus';
/** Below the SiteURL. */
export const PLUGIN_API = `/plugins/${PLUGIN_ID}/api/v1`;
