using Xunit;

// Every test runs real workers that want all cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
