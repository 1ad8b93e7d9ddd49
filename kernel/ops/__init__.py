"""What whoever runs the network needs."""
