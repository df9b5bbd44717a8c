/** The plugin's id in Mattermost; also in the names of its routes, its events and its slice of the store. */
export const PLUGIN_ID = 'com.openclaw.livestatus';

/** Type of the posts that are status boxes. */
export const POST_TYPE = 'custom_livestatus';

/** Name of the WebSocket event on the wire (D6). */
export const UPDATE_EVENT = `custom_${PLUGIN_ID}_update`;
