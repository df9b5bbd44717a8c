package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/mattermost/mattermost/server/public/pluginapi"

	"github.com/openclaw/mattermost-plugin-livestatus/server/access"
	"github.com/openclaw/mattermost-plugin-livestatus/server/api"
	"github.com/openclaw/mattermost-plugin-livestatus/server/auth"
	"github.com/openclaw/mattermost-plugin-livestatus/server/boxes"
	"github.com/openclaw/mattermost-plugin-livestatus/server/broadcast"
	"github.com/openclaw/mattermost-plugin-livestatus/server/command"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/delivery"
	"github.com/openclaw/mattermost-plugin-livestatus/server/jobs"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
	"github.com/openclaw/mattermost-plugin-livestatus/server/view"
)

const (
	// botName of the plugin's own bot: the author of boxes for clients that bring no bot token (D8).
	botName = "livestatus"
	// stopTime bounds OnDeactivate: Mattermost waits for it. jobs.Stop takes a part of it at most.
	stopTime = 5 * time.Second
)

// parts is everything that lives from OnActivate to OnDeactivate.
type parts struct {
	api      *api.API
	bots     *trustedBots
	bus      *nodes.Bus
	delivery *delivery.Delivery
	keeper   *boxes.Keeper
	command  *command.Command
	jobs     *jobs.Jobs
}

// OnActivate wires everything, reads what the last process left, and starts what runs by itself.
func (p *Plugin) OnActivate() error {
	client := pluginapi.NewClient(p.API, p.Driver)
	ownBotID, err := client.Bot.EnsureBot(&model.Bot{
		Username: botName, DisplayName: "Live Status", Description: "Shows what AI agents are doing.",
	})
	if err != nil {
		return fmt.Errorf("making the bot %s: %w", botName, err)
	}
	manifest, err := client.System.GetManifest()
	if err != nil {
		return fmt.Errorf("reading the manifest: %w", err)
	}
	bots, err := loadBots(p.API, ownBotID)
	if err != nil {
		return err
	}
	running := &parts{bots: bots, bus: nodes.NewBus(p.API, &client.Log, p.isCluster.Load)}
	store, leases, records := live.NewStore(), live.NewLeases(), live.NewRecords(p.API)
	access := access.New(p.API, ownBotID)
	readers := &view.View{Store: store, Leases: leases, Access: access, Now: time.Now}
	audience := broadcast.New(p.API, &client.Log)
	running.keeper = boxes.New(boxes.Deps{
		API: p.API, Log: &client.Log, OwnBotID: ownBotID, Settings: p.boxSettings,
		OnPost:    func(sessionID, postID string) { running.delivery.PostKnown(sessionID, postID) },
		OnFailure: func(sessionID, code string) { running.delivery.PostFailed(sessionID, code) },
	})
	running.delivery = delivery.New(delivery.Deps{
		Store: store, Leases: leases, Records: records, Access: access, Audience: audience, Peers: running.bus,
		Boxes: running.keeper, Log: &client.Log, OnAuthor: p.trust, Now: time.Now,
	})
	running.api = api.New(api.Deps{
		Auth: auth.New(auth.Deps{
			Secret: p.secret, OwnBotID: ownBotID, IsBot: p.isBot, OnWriter: p.trust,
		}),
		View: readers, Delivery: running.delivery, Log: &client.Log,
		Version: manifest.Version, WidgetDefault: p.widgetDefault, TrustedBots: bots.list,
	})
	if err := running.delivery.Start(records); err != nil {
		return err
	}
	running.command = command.New(command.Deps{API: p.API, View: readers, Log: &client.Log, WidgetDefault: p.widgetDefault})
	if err := p.API.RegisterCommand(command.Registration()); err != nil {
		return fmt.Errorf("registering /%s: %w", command.Trigger, err)
	}
	running.jobs, err = jobs.Start(jobs.Deps{
		API: p.API, Log: &client.Log, Broadcast: audience.Run, EveryFewSeconds: []func(){running.delivery.ReportSilent, running.delivery.DropEnded}, Sweep: running.delivery.Sweep,
	})
	if err != nil {
		return err
	}
	p.running.Store(running)
	return nil
}

// OnDeactivate writes what is due. It ends no session: it also runs when a server restarts.
func (p *Plugin) OnDeactivate() error {
	running := p.running.Swap(nil)
	if running == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	return errors.Join(running.jobs.Stop(ctx), running.keeper.Close(ctx))
}

func (r *parts) receive(message nodes.Message) {
	for _, botID := range message.Bots {
		r.bots.add(botID)
	}
	r.delivery.Receive(message)
}

// trust a bot as author of boxes, here, on the other nodes and after a restart.
func (p *Plugin) trust(botID string) {
	running := p.running.Load()
	if running == nil || !running.bots.add(botID) {
		return
	}
	if err := running.bots.save(botID); err != nil {
		p.API.LogError("A trusted bot cannot be stored", "bot_id", botID, "err", err.Error())
	}
	running.bus.Publish(nodes.Message{Bots: []string{botID}})
}

func (p *Plugin) secret() string { return p.settings.Load().SharedSecret }

func (p *Plugin) widgetDefault() contract.WidgetMode {
	return contract.WidgetMode(p.settings.Load().WidgetDefault)
}

func (p *Plugin) boxSettings() boxes.Settings { return p.settings.Load().boxSettings() }

func (p *Plugin) isBot(userID string) (bool, error) {
	user, appErr := p.API.GetUser(userID)
	if appErr != nil {
		return false, fmt.Errorf("reading a user: %w", appErr)
	}
	return user != nil && user.IsBot, nil
}
