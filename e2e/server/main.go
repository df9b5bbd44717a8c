// Command mattermost is an unmodified Mattermost server for our tests, built from Mattermost's own Go modules.
//
// It is a module of its own because Mattermost's server is AGPL: nothing that we publish imports or contains it.
package main

import (
	"os"

	"github.com/mattermost/mattermost/server/v8/cmd/mattermost/commands"

	// Slash commands and the OAuth provider register themselves, as in Mattermost's own main package.
	_ "github.com/mattermost/mattermost/server/v8/channels/app/oauthproviders/gitlab"
	_ "github.com/mattermost/mattermost/server/v8/channels/app/slashcommands"
)

func main() {
	if err := commands.Run(os.Args[1:]); err != nil {
		os.Exit(1)
	}
}
