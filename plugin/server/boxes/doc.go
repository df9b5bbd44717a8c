// Package boxes keeps the status boxes: one Mattermost post for each turn that wants one (docs/protocol.md, P1 to P6).
//
// The Keeper is told of every accepted change and does the rest by itself, later and in its own goroutines: accepting state
// never waits for a post. What a box says is made by two pure functions, Message and Props (docs/posts.md).
package boxes
