namespace DiffusionHub.Inference.Exported;

/// <summary>What a graph does in a pipeline.</summary>
public enum GraphRole
{
    /// <summary>From <c>input_ids</c> (B, N) to <c>last_hidden_state</c>, <c>hidden_states.i</c>, <c>normal_states.i</c> (B, N, C), and <c>pooler_output</c> or <c>text_embeds</c> (B, P).</summary>
    TextEncoder,

    /// <summary>From <c>sample</c>, <c>timestep</c>, <c>encoder_hidden_states</c>, …, to <c>out_sample</c>.</summary>
    Unet,

    /// <summary>From <c>sample</c> (B, 3, H, W) to <c>latent_parameters</c> (B, 2C, h, w), or <c>latent_sample</c> (B, C, h, w) where it draws from them itself.</summary>
    VaeEncoder,

    /// <summary>From <c>latent_sample</c> (B, C, h, w) to <c>sample</c> (B, 3, H, W).</summary>
    VaeDecoder,
}
