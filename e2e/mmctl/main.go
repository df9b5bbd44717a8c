// Command mmctl is Mattermost's own command line tool, unmodified, built from the modules of the server of the tests.
//
// It is a module of its own because Mattermost's server is AGPL: nothing that we publish imports or contains it.
package main

import (
	"os"

	"github.com/mattermost/mattermost/server/v8/cmd/mmctl/commands"
)

func main() {
	if err := commands.Run(os.Args[1:]); err != nil {
		os.Exit(1)
	}
}
