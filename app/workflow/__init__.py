"""The support routes as data: the model, the loader, and the verdict on one transition."""
