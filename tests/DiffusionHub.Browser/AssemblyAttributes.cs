using DiffusionHub.Browser;
using Xunit;

// One hub, one queue, one line: what one test pauses, another would wait for.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(HubFixture))]
