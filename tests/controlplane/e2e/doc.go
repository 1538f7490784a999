// Package e2e starts the built binary and tries everything on it that tests of Assay rely on.
package e2e
