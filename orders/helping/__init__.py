"""What people of another authority do by an access right: fill its groups, follow its orders, see no customer."""
