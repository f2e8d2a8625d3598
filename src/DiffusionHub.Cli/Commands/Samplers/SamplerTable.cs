using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Sampling.Curves;
using DiffusionHub.Sampling.Schedulers;

namespace DiffusionHub.Cli.Commands.Samplers;

/// <summary>One sampler, as <c>hub samplers --json</c> prints it.</summary>
internal sealed record SamplerEntry(string Name, int Order, int Calls, bool Stochastic, int FewestSteps, int MostSteps, bool TakesSchedule, string Source, string Class);

/// <summary>What <c>hub samplers --json</c> prints.</summary>
internal sealed record SamplerList(IReadOnlyList<SamplerEntry> Samplers, IReadOnlyList<string> Schedules);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SamplerList))]
internal sealed partial class SamplerJson : JsonSerializerContext;

/// <summary>The samplers and schedules that the hub knows, written from the code that knows them.</summary>
internal static class SamplerTable
{
    private static IEnumerable<SamplerEntry> Entries => KnownSamplers.All.Select(s => new SamplerEntry(
        s.Name, s.Order, s.Calls, s.Stochastic, s.Steps.Fewest, s.Steps.Most, s.TakesCurves, s.Source, s.Class.Name));

    private static string Curves => string.Join(", ", KnownCurves.All.Select(c => c.Name));

    public static string Text() => string.Join(
        '\n',
        [
            SamplersTexts.Head,
            .. Entries.Select(s => Format(
                SamplersTexts.Line, s.Name, s.Order, Calls(s), Word(s.Stochastic), s.Calls == 0 ? SamplersTexts.ByItself : $"{s.FewestSteps}–{s.MostSteps}", Word(s.TakesSchedule), s.Source)),
            "",
            Format(SamplersTexts.Curves, Curves),
        ]);

    public static string Markdown() => string.Join(
        '\n',
        [
            SamplersTexts.MarkdownHead,
            .. Entries.Select(s => Format(
                SamplersTexts.MarkdownLine,
                s.Name,
                s.Order,
                Calls(s),
                Word(s.Stochastic),
                s.Calls == 0 ? SamplersTexts.AnySteps : Format(SamplersTexts.StepRange, s.FewestSteps, s.MostSteps),
                Word(s.TakesSchedule),
                s.Source,
                s.Class)),
            "",
            Format(SamplersTexts.Curves, Curves),
        ]);

    public static string Json() => JsonSerializer.Serialize(new SamplerList([.. Entries], [.. KnownCurves.All.Select(c => c.Name)]), SamplerJson.Default.SamplerList);

    private static string Calls(SamplerEntry sampler) => sampler.Calls == 0 ? SamplersTexts.ByItself : sampler.Calls.ToString(CultureInfo.InvariantCulture);

    private static string Word(bool yes) => yes ? SamplersTexts.Yes : SamplersTexts.No;

    private static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
