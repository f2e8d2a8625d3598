using DiffusionHub.Domain.Models;
using DiffusionHub.Pipelines;
using DiffusionHub.Worker.Models;
using DiffusionHub.Worker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace DiffusionHub.Worker.Tests;

/// <summary>Which models are in memory, on a scale where each takes as much as its name says.</summary>
public sealed class ResidencyTests : IDisposable
{
    private readonly WorkerState _state = new(NullLogger.Instance);
    private readonly List<string> _loaded = [];
    private readonly Dictionary<string, long> _takes = [];
    private readonly WorkerMeter _meter;
    private readonly Residency _residency;
    private long _memory;

    public ResidencyTests()
    {
        _meter = new WorkerMeter(_state);
        _residency = new Residency(
        10,
        model =>
        {
            _loaded.Add(model.Name);
            return model.Name == "bad" ? throw new Inference.InferenceException("damaged") : new Weight(this, _takes[model.Name]);
        },
        () => Interlocked.Read(ref _memory),
        _state,
        _meter,
        NullLogger.Instance);
    }

    public void Dispose()
    {
        _residency.Dispose();
        _meter.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task Several_stay_and_the_one_used_longest_ago_goes_first()
    {
        await UseAsync("a", 4);
        await UseAsync("b", 4);
        await UseAsync("a", 4);
        _loaded.ShouldBe(["a", "b"]);
        _state.Resident.ShouldBe(["a", "b"]);
        await UseAsync("c", 4);
        _state.Resident.ShouldBe(["a", "c"]);
        _memory.ShouldBe(8);
    }

    [Fact]
    public async Task None_goes_that_is_in_use_and_who_needs_its_place_waits_for_it()
    {
        using var used = await _residency.AcquireAsync(Model("a", 6), default);
        var wanted = _residency.AcquireAsync(Model("b", 6), default);
        var mate = await _residency.AcquireAsync(Model("a", 6), default);
        mate.Pipeline.ShouldBe(used.Pipeline);
        mate.Dispose();
        wanted.IsCompleted.ShouldBeFalse();
        used.Dispose();
        (await wanted).Dispose();
        _state.Resident.ShouldBe(["b"]);
        _memory.ShouldBe(6);
    }

    [Fact]
    public async Task What_a_model_was_measured_to_take_counts_from_then_on()
    {
        // Its card promises 2, it takes 8.
        await UseAsync("large", 2, takes: 8);
        _residency.EvictIdle().ShouldBeTrue();
        await UseAsync("a", 4);
        await UseAsync("large", 2, takes: 8);
        _state.Resident.ShouldBe(["large"]);
    }

    [Fact]
    public async Task What_alone_is_larger_than_the_budget_is_tried_all_the_same()
    {
        await UseAsync("a", 4);
        await UseAsync("huge", 40);
        _state.Resident.ShouldBe(["huge"]);
    }

    [Fact]
    public async Task Model_whose_files_changed_is_loaded_anew_and_the_old_one_goes_with_its_last_user()
    {
        var old = await _residency.AcquireAsync(Model("a", 2), default);
        var changed = await _residency.AcquireAsync(Model("a", 2, stamp: "2"), default);
        changed.Pipeline.ShouldNotBe(old.Pipeline);
        _memory.ShouldBe(4);
        old.Dispose();
        _memory.ShouldBe(2);
        changed.Dispose();
        _state.Resident.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Fault_of_loading_reaches_everybody_who_waits_and_the_next_one_tries_again()
    {
        await Should.ThrowAsync<Inference.InferenceException>(UseAsync("bad", 1));
        await Should.ThrowAsync<Inference.InferenceException>(UseAsync("bad", 1));
        _loaded.ShouldBe(["bad", "bad"]);
        _state.Resident.ShouldBeEmpty();
    }

    [Fact]
    public async Task Several_that_want_the_same_model_load_it_once()
    {
        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _residency.AcquireAsync(Model("a", 2), default)));
        _loaded.ShouldBe(["a"]);
        leases.Select(lease => lease.Pipeline).Distinct().ShouldHaveSingleItem();
        Array.ForEach(leases, lease => lease.Dispose());
        _residency.EvictIdle().ShouldBeTrue();
        _memory.ShouldBe(0);
    }

    private async Task UseAsync(string name, long bytes, long? takes = null) => (await _residency.AcquireAsync(Model(name, bytes, takes: takes), default)).Dispose();

    private ShelvedModel Model(string name, long bytes, string stamp = "1", long? takes = null)
    {
        _takes[name] = takes ?? bytes;
        var capabilities = new ModelCapabilities
        {
            Name = name, Family = "", Hash = "", Tasks = [], Samplers = [], MemoryBytes = bytes, DefaultGuidance = 0, DefaultSteps = 1, MaxSteps = 1,
            DefaultWidth = 8, DefaultHeight = 8, MinSide = 8, MaxSide = 8, SideMultiple = 8,
        };
        return new ShelvedModel(name, null!, capabilities, stamp);
    }

    private sealed class Weight : IPipeline
    {
        private readonly ResidencyTests _tests;
        private readonly long _bytes;

        public Weight(ResidencyTests tests, long bytes)
        {
            (_tests, _bytes) = (tests, bytes);
            Interlocked.Add(ref tests._memory, bytes);
        }

        public ModelDescription Description => throw new NotSupportedException();

        public string? ShareKey(PictureRequest request) => null;

        public PictureBatch Run(PictureRequest request, StepObserver? afterStep = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public void Dispose() => Interlocked.Add(ref _tests._memory, -_bytes);
    }
}
