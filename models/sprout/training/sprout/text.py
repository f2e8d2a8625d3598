"""CLIPTextModel of transformers: token ids (B, L) to hidden states (B, L, D) after the last norm."""
import torch
import torch.nn as nn

from .layers import LayerNorm


class Layer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.self_attn = nn.ModuleDict({name: nn.Linear(width, width) for name in ('k_proj', 'v_proj', 'q_proj', 'out_proj')})
        self.layer_norm1 = LayerNorm(width)
        self.mlp = nn.ModuleDict({'fc1': nn.Linear(width, 4 * width), 'fc2': nn.Linear(4 * width, width)})
        self.layer_norm2 = LayerNorm(width)

    def forward(self, x, mask):
        b, n, width = x.shape
        size = width // self.heads
        y = self.layer_norm1(x)
        q, k, v = (self.self_attn[name](y).view(b, n, self.heads, size).transpose(1, 2) for name in ('q_proj', 'k_proj', 'v_proj'))
        weights = torch.softmax((q @ k.transpose(-1, -2)).float() * size ** -0.5 + mask, -1).to(v.dtype)
        x = x + self.self_attn['out_proj']((weights @ v).transpose(1, 2).reshape(b, n, width))
        y = self.mlp['fc1'](self.layer_norm2(x))
        return x + self.mlp['fc2'](y * torch.sigmoid(1.702 * y))


class CLIPTextModel(nn.Module):
    def __init__(self, vocabulary=4096, width=192, layers=4, heads=6, length=32):
        super().__init__()
        model = nn.Module()
        model.embeddings = nn.ModuleDict({
            'token_embedding': nn.Embedding(vocabulary, width), 'position_embedding': nn.Embedding(length, width)})
        model.encoder = nn.Module()
        model.encoder.layers = nn.ModuleList([Layer(width, heads) for _ in range(layers)])
        model.final_layer_norm = LayerNorm(width)
        self.text_model = model
        nn.init.normal_(model.embeddings['token_embedding'].weight, std=.02)
        nn.init.normal_(model.embeddings['position_embedding'].weight, std=.01)

    def forward(self, ids):
        model, length = self.text_model, ids.shape[1]
        x = model.embeddings['token_embedding'](ids) + model.embeddings['position_embedding'].weight[None, :length]
        mask = torch.full((length, length), float('-inf'), device=ids.device).triu(1)
        for layer in model.encoder.layers:
            x = layer(x, mask)
        return model.final_layer_norm(x)
