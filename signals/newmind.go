package signals

// newMind returns what decides for a control that has been checked; nil for those that run by the clock, or not at all.
func newMind(ch *checker, c *Control) mind {
	switch c.Kind {
	case StageActuated:
		return newActuatedMind(ch, c)
	case RingBarrier:
		return newRingMind(ch, c)
	case PressureBased:
		return newPressureMind(ch, c)
	case SelfOrganised:
		return newSOTLMind(ch, c)
	}
	return nil
}
