// Package contract is what the daemon, this plugin and browsers say to each other (contract/openapi.yaml): generated types,
// limits and error codes, and the two rules that every reader shares, Apply and Accept. contract/fixtures hold the cases
// that these and their TypeScript counterparts must both pass.
package contract
