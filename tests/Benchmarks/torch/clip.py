"""The text encoder of CLIP, under the names of transformers' CLIPTextModel."""
import torch
from torch import nn
from torch.nn import functional


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, inner, epsilon = config["hidden_size"], config["intermediate_size"], config["layer_norm_eps"]
        self.heads, self.quick = config["num_attention_heads"], config["hidden_act"] == "quick_gelu"
        self.self_attn = nn.Module()
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            setattr(self.self_attn, name, nn.Linear(width, width))
        self.mlp = nn.Module()
        self.mlp.fc1, self.mlp.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width, epsilon), nn.LayerNorm(width, epsilon)

    def forward(self, x, mask):
        x = x + self.attend(self.layer_norm1(x), mask)
        h = self.mlp.fc1(self.layer_norm2(x))
        h = h * torch.sigmoid(1.702 * h) if self.quick else functional.gelu(h)
        return x + self.mlp.fc2(h)

    def attend(self, x, mask):
        batch, length, width = x.shape
        each = width // self.heads
        query, key, value = (
            part(x).view(batch, length, self.heads, each).transpose(1, 2).reshape(batch * self.heads, length, each)
            for part in (self.self_attn.q_proj, self.self_attn.k_proj, self.self_attn.v_proj)
        )
        scores = torch.baddbmm(mask, query, key.transpose(1, 2), alpha=each ** -0.5)
        mixed = torch.bmm(scores.softmax(-1), value).view(batch, self.heads, length, each).transpose(1, 2)
        return self.self_attn.out_proj(mixed.reshape(batch, length, width))


class TextEncoder(nn.Module):
    """Tokens (B, N) to states (B, N, C)."""

    def __init__(self, config):
        super().__init__()
        self.text_model = model = nn.Module()
        model.embeddings = nn.Module()
        model.embeddings.token_embedding = nn.Embedding(config["vocab_size"], config["hidden_size"])
        model.embeddings.position_embedding = nn.Embedding(config["max_position_embeddings"], config["hidden_size"])
        model.encoder = nn.Module()
        model.encoder.layers = nn.ModuleList([Layer(config) for _ in range(config["num_hidden_layers"])])
        model.final_layer_norm = nn.LayerNorm(config["hidden_size"], config["layer_norm_eps"])

    def forward(self, ids):
        model, length = self.text_model, ids.shape[1]
        x = model.embeddings.token_embedding(ids) + model.embeddings.position_embedding.weight[:length]
        mask = torch.full((length, length), float("-inf")).triu(1)[None]
        for layer in model.encoder.layers:
            x = layer(x, mask)
        return model.final_layer_norm(x)
