package bot

import "zuji/internal/tenancy"

func (c *conversation) paperButtons(tenancy.Tenancy) []button { return nil }
func (c *conversation) paper(string) error                    { return nil }
