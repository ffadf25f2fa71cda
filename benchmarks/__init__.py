"""The measuring instrument: invented cases in bulk, the service and its neighbours under the same load, profiles."""
