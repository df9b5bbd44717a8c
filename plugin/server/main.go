// The server half of the Mattermost plugin com.openclaw.livestatus.
package main

import "github.com/mattermost/mattermost/server/public/plugin"

func main() {
	plugin.ClientMain(&Plugin{})
}
