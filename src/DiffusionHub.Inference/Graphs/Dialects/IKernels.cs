namespace DiffusionHub.Inference.Graphs.Dialects;

/// <summary>Layers that devices have different operators for.</summary>
internal interface IKernels
{
    /// <summary>y = x·Wᵀ + b, W of shape (<paramref name="width"/>, C).</summary>
    GraphValue Linear(Module linear, GraphValue x, long width, bool bias);

    /// <summary>Normalisation over groups of channels and all pixels (Wu and He 2018) of x (B, C, H, W), then x·sigmoid(x) where <paramref name="silu"/>.</summary>
    GraphValue GroupNorm(Module norm, GraphValue x, int groups, float epsilon, bool silu);

    /// <summary>The same of x + shift, the shift being (B, C).</summary>
    GraphValue ShiftedGroupNorm(Module norm, GraphValue x, GraphValue shift, int groups, float epsilon, bool silu);

    /// <summary>Every pixel becomes 2×2, then a convolution of 3×3 with as many outputs as inputs.</summary>
    GraphValue Upsample(Module conv, GraphValue x);

    /// <summary>GEGLU (Shazeer 2020): one half of a linear layer of <paramref name="width"/> outputs, times the activated other half.</summary>
    GraphValue GatedGelu(Module linear, GraphValue x, long width);

    /// <summary>x + linear(h).</summary>
    GraphValue AddLinear(Module linear, GraphValue h, GraphValue x);

    /// <summary>x + linear(h), and that normalised over the features of each token.</summary>
    (GraphValue Sum, GraphValue Normal) AddLinearNorm(Module linear, GraphValue h, GraphValue x, Module norm, float epsilon);
}
