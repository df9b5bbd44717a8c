package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/mattermost/mattermost/server/public/model"
)

// botsKey holds the ids of the bots that have written with the secret, a JSON list.
const botsKey = "ls_bots"

// botsSaveTries bounds how often a write is tried again because another node wrote in between.
const botsSaveTries = 5

// botsKV is the part of the KV store that is needed here.
type botsKV interface {
	KVGet(key string) ([]byte, *model.AppError)
	KVSetWithOptions(key string, value []byte, options model.PluginKVSetOptions) (bool, *model.AppError)
}

// trustedBots are the authors of boxes: the plugin's own bot and every bot that has come with the secret. What anybody else
// posts as a box is a forgery.
type trustedBots struct {
	kv botsKV

	mu  sync.RWMutex
	ids map[string]bool
}

// loadBots reads what earlier processes have learned.
func loadBots(kv botsKV, ownBotID string) (*trustedBots, error) {
	stored, _, err := readBots(kv)
	if err != nil {
		return nil, err
	}
	bots := &trustedBots{kv: kv, ids: map[string]bool{ownBotID: true}}
	for _, id := range stored {
		bots.ids[id] = true
	}
	return bots, nil
}

func readBots(kv botsKV) (ids []string, raw []byte, err error) {
	raw, appErr := kv.KVGet(botsKey)
	if appErr != nil {
		return nil, nil, fmt.Errorf("reading the trusted bots: %w", appErr)
	}
	if raw != nil && json.Unmarshal(raw, &ids) != nil {
		return nil, raw, nil // not ours; it will be replaced
	}
	return ids, raw, nil
}

func (b *trustedBots) isTrusted(id string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.ids[id]
}

// list in a stable order.
func (b *trustedBots) list() []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Sorted(maps.Keys(b.ids))
}

// add returns false if the bot was trusted already.
func (b *trustedBots) add(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ids[id] {
		return false
	}
	b.ids[id] = true
	return true
}

// save writes the bot into the store, whatever other nodes write at the same time.
func (b *trustedBots) save(id string) error {
	for range botsSaveTries {
		ids, raw, err := readBots(b.kv)
		if err != nil {
			return err
		}
		if slices.Contains(ids, id) {
			return nil
		}
		data, err := json.Marshal(append(ids, id))
		if err != nil {
			return fmt.Errorf("writing the trusted bots: %w", err)
		}
		done, appErr := b.kv.KVSetWithOptions(botsKey, data, model.PluginKVSetOptions{Atomic: true, OldValue: raw})
		if appErr != nil {
			return fmt.Errorf("writing the trusted bots: %w", appErr)
		}
		if done {
			return nil
		}
	}
	return fmt.Errorf("writing the trusted bots: others wrote %d times in a row", botsSaveTries)
}
