using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Cli.Commands.Generate;

/// <summary>The options of <c>hub generate</c> and how they become a request.</summary>
internal sealed class GenerateOptions
{
    private readonly Argument<string?> prompt = new("prompt") { Description = GenerateTexts.Prompt, Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> model = Text("--model", GenerateTexts.Model, "name|path");
    private readonly Option<string?> negative = Text("--negative", GenerateTexts.Negative, "text");
    private readonly Option<long?> seed = NumberOption.Create<long>("--seed", GenerateTexts.Seed);
    private readonly Option<int?> steps = NumberOption.Create<int>("--steps", GenerateTexts.Steps);
    private readonly Option<double?> guidance = NumberOption.Create<double>("--guidance", GenerateTexts.Guidance);
    private readonly Option<string?> sampler = Text("--sampler", GenerateTexts.Sampler, "name");
    private readonly Option<string?> schedule = Text("--schedule", GenerateTexts.Schedule, "name");
    private readonly Option<double?> eta = NumberOption.Create<double>("--eta", GenerateTexts.Eta);
    private readonly Option<double?> guidanceRescale = NumberOption.Create<double>("--guidance-rescale", GenerateTexts.GuidanceRescale);
    private readonly Option<int?> width = NumberOption.Create<int>("--width", GenerateTexts.Width);
    private readonly Option<int?> height = NumberOption.Create<int>("--height", GenerateTexts.Height);
    private readonly Option<int?> count = NumberOption.Create<int>("--count", GenerateTexts.Count);
    private readonly Option<string?> noise = Text("--noise", GenerateTexts.Noise, "cpu|nv");
    private readonly Option<string?> init = Text("--init", GenerateTexts.Init, "file");
    private readonly Option<string?> mask = Text("--mask", GenerateTexts.Mask, "file");
    private readonly Option<double?> strength = NumberOption.Create<double>("--strength", GenerateTexts.Strength);
    private readonly Option<string[]> loras = new("--lora") { Description = GenerateTexts.Lora, HelpName = "file:weight", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> vae = Text("--vae", GenerateTexts.Vae, "path");
    private readonly Option<string?> control = Text("--control", GenerateTexts.Control, "file");
    private readonly Option<string?> controlNet = Text("--controlnet", GenerateTexts.ControlNet, "path");
    private readonly Option<double?> controlScale = NumberOption.Create<double>("--control-scale", GenerateTexts.ControlScale);
    private readonly Option<string?> refiner = Text("--refiner", GenerateTexts.Refiner, "name|path");
    private readonly Option<double?> refinerSwitch = NumberOption.Create<double>("--refiner-switch", GenerateTexts.RefinerSwitch);
    private readonly Option<string?> depth = Text("--depth", GenerateTexts.Depth, "file");
    private readonly Option<int?> noiseLevel = NumberOption.Create<int>("--noise-level", GenerateTexts.NoiseLevel);
    private readonly Option<string?> classLabel = Text("--class", GenerateTexts.Class, "number|name");
    private readonly Option<string?> map = Text("--map", GenerateTexts.Map, "file");
    private readonly GradientOptions gradients = new();
    private readonly Option<int?> clipSkip = NumberOption.Create<int>("--clip-skip", GenerateTexts.ClipSkip);
    private readonly Option<bool> emphasis = new("--emphasis") { Description = GenerateTexts.Emphasis };
    private readonly Option<string> device = DeviceOption.Create();
    private readonly Option<string> precision = PrecisionOption.Create();
    private readonly Option<string?> request = Text("--request", GenerateTexts.Request, "file.json");
    private readonly Option<string?> output = Text("--out", GenerateTexts.Out, "file.png");
    private readonly Option<string?> latents = Text("--latents", GenerateTexts.Latents, "file.npy");
    private readonly Option<bool> json = new("--json") { Description = GenerateTexts.Json };

    public void AddTo(Command command)
    {
        command.Add(prompt);
        Option[] options =
        [
            model, negative, seed, steps, guidance, guidanceRescale, sampler, schedule, eta, width, height, count, noise,
            init, strength, mask, loras, vae, control, controlNet, controlScale, refiner, refinerSwitch,
            depth, noiseLevel, classLabel, map, .. gradients.All, clipSkip, emphasis, device, precision, request, output, latents, json,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <exception cref="CommandException">Something in it cannot be.</exception>
    public GenerateArguments Read(ParseResult parsed)
    {
        var where = DeviceOption.Read(parsed.GetRequiredValue(device));
        var numbers = PrecisionOption.Read(parsed.GetRequiredValue(precision));
        var given = parsed.GetValue(request) is { } file ? ReadRequest(file) : new GenerationRequest();
        return new GenerateArguments(
            given with
            {
                Prompt = parsed.GetValue(prompt) ?? given.Prompt,
                Model = parsed.GetValue(model) ?? given.Model,
                NegativePrompt = parsed.GetValue(negative) ?? given.NegativePrompt,
                Seed = parsed.GetValue(seed) ?? given.Seed,
                Steps = parsed.GetValue(steps) ?? given.Steps,
                Guidance = parsed.GetValue(guidance) ?? given.Guidance,
                Sampler = parsed.GetValue(sampler) ?? given.Sampler,
                Schedule = parsed.GetValue(schedule) ?? given.Schedule,
                Eta = parsed.GetValue(eta) ?? given.Eta,
                GuidanceRescale = parsed.GetValue(guidanceRescale) ?? given.GuidanceRescale,
                Width = parsed.GetValue(width) ?? given.Width,
                Height = parsed.GetValue(height) ?? given.Height,
                Count = parsed.GetValue(count) ?? given.Count,
                Noise = parsed.GetValue(noise) ?? given.Noise,
                Init = Picture(parsed.GetValue(init)) ?? given.Init,
                Mask = Picture(parsed.GetValue(mask)) ?? given.Mask,
                Strength = parsed.GetValue(strength) ?? given.Strength,
                Loras = parsed.GetValue(loras) is { Length: > 0 } named ? [.. named.Select(Lora)] : given.Loras,
                Vae = Full(parsed.GetValue(vae)) ?? given.Vae,
                Control = Picture(parsed.GetValue(control)) ?? given.Control,
                ControlNet = Full(parsed.GetValue(controlNet)) ?? given.ControlNet,
                ControlScale = parsed.GetValue(controlScale) ?? given.ControlScale,
                Refiner = Full(parsed.GetValue(refiner)) ?? given.Refiner,
                RefinerSwitch = parsed.GetValue(refinerSwitch) ?? given.RefinerSwitch,
                Depth = Picture(parsed.GetValue(depth)) ?? given.Depth,
                NoiseLevel = parsed.GetValue(noiseLevel) ?? given.NoiseLevel,
                ClassLabel = parsed.GetValue(classLabel) ?? given.ClassLabel,
                Map = Picture(parsed.GetValue(map)) ?? given.Map,
                Inversion = gradients.Inversion(parsed) ?? given.Inversion,
                Guide = gradients.Guide(parsed) ?? given.Guide,
                ClipSkip = parsed.GetValue(clipSkip) ?? given.ClipSkip,
                Emphasis = parsed.GetValue(emphasis) ? true : given.Emphasis,
            },
            parsed.GetValue(request) is { } at ? Path.GetDirectoryName(Path.GetFullPath(at))! : Environment.CurrentDirectory,
            parsed.GetValue(prompt) is not null || parsed.GetValue(request) is not null,
            parsed.GetValue(output),
            parsed.GetValue(latents),
            parsed.GetValue(json),
            where,
            numbers);
    }

    internal static Option<string?> Text(string name, string description, string value) => new(name) { Description = description, HelpName = value };

    // What a request file names is relative to that file; what the command line names is relative to where it was typed.
    internal static string? Full(string? name) => name is not null && Path.Exists(name) ? Path.GetFullPath(name) : name;

    // Never a catalogue's name.
    private static string? Picture(string? path) => path is { Length: > 0 } ? Path.GetFullPath(path) : path;

    // FILE or FILE:WEIGHT; the last colon counts, since a name may hold one.
    private static LoraChoice Lora(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || Path.Exists(text))
        {
            return new LoraChoice(Full(text)!);
        }

        return double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
            ? new LoraChoice(Full(text[..colon])!, weight)
            : throw new CommandException(Format(GenerateTexts.BadLora, text), ExitCodes.Usage);
    }

    internal static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private static GenerationRequest ReadRequest(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(Format(GenerateTexts.RequestUnreadable, file, fault.Message), ExitCodes.Failed, fault);
        }

        var (read, errors) = RequestDocument.Read(bytes);
        return read ?? throw new CommandException(
            $"{file}: " + string.Join(' ', errors.Select(e => e.Message + UsageErrors.Suggestion(e.Field, RequestDocument.Members.Where(m => m != e.Field)))),
            ExitCodes.Usage);
    }
}
