"""Outside calendars: what else a resource is taken for, as other systems publish it."""
