using System.Collections;

namespace DiffusionHub.Sampling.Schedulers;

/// <summary>A class's keys and defaults, with the groups that many classes share.</summary>
internal sealed class Keys : IReadOnlyDictionary<string, object?>
{
    private readonly Dictionary<string, object?> defaults = new(StringComparer.Ordinal);

    public int Count => defaults.Count;

    IEnumerable<string> IReadOnlyDictionary<string, object?>.Keys => defaults.Keys;

    public IEnumerable<object?> Values => defaults.Values;

    public object? this[string key] => defaults[key];

    /// <summary>The training process and its prediction.</summary>
    public static Keys Process(double start = 0.0001, double end = 0.02, string schedule = "linear") => new()
    {
        { "num_train_timesteps", 1000 },
        { "beta_start", start },
        { "beta_end", end },
        { "beta_schedule", schedule },
        { "trained_betas", null },
        { "prediction_type", "epsilon" },
    };

    /// <summary>The distilled consistency models: LCM and TCD.</summary>
    public static Keys Consistency() => Process(0.00085, 0.012, "scaled_linear").Spaced("leading").Clipped(false).Thresholded()
        .With("original_inference_steps", 50)
        .With("set_alpha_to_one", true)
        .With("timestep_scaling", 10.0)
        .With("rescale_betas_zero_snr", false);

    /// <summary>Karras et al. 2022 without a discrete training process.</summary>
    public static Keys Edm() => new()
    {
        { "sigma_min", 0.002 },
        { "sigma_max", 80.0 },
        { "sigma_data", 0.5 },
        { "sigma_schedule", "karras" },
        { "num_train_timesteps", 1000 },
        { "prediction_type", "epsilon" },
        { "rho", 7.0 },
        { "final_sigmas_type", "zero" },
    };

    /// <summary>Spread of the timesteps.</summary>
    public Keys Spaced(string spacing) => With("timestep_spacing", spacing).With("steps_offset", 0);

    /// <summary>The three curves.</summary>
    public Keys Curved() => With("use_karras_sigmas", false).With("use_exponential_sigmas", false).With("use_beta_sigmas", false);

    /// <summary>Clipping to a fixed range.</summary>
    public Keys Clipped(bool clip) => With("clip_sample", clip).With("clip_sample_range", 1.0);

    /// <summary>Dynamic thresholding.</summary>
    public Keys Thresholded() => With("thresholding", false).With("dynamic_thresholding_ratio", 0.995).With("sample_max_value", 1.0);

    /// <summary>Flow matching's levels in a solver made for DDPM's.</summary>
    public Keys Flowing() => With("use_flow_sigmas", false).With("flow_shift", 1.0).With("use_dynamic_shifting", false).With("time_shift_type", "exponential");

    public Keys With(string key, object? value)
    {
        Add(key, value);
        return this;
    }

    public void Add(string key, object? value) => defaults.Add(key, value);

    public bool ContainsKey(string key) => defaults.ContainsKey(key);

    public bool TryGetValue(string key, out object? value) => defaults.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => defaults.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
