// Package traffic is the engine: every lane holds its vehicles, and World.Step moves them all by one step.
package traffic
