# Trains the small ViT beside it, which tells the colour of a thing on white, on random blobs (about a minute):
#   python3 train.py FOLDER
# Written as transformers writes a ViTForImageClassification.
import json, math, struct, sys
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(0); torch.set_num_threads(1); rng=np.random.default_rng(0)
names=["red","orange","yellow","green","blue","purple","white","black"]
base=np.array([[.85,.12,.12],[.95,.55,.1],[.95,.88,.15],[.25,.7,.25],[.15,.35,.85],[.55,.2,.7],[.93,.93,.93],[.1,.1,.1]],np.float32)
S=32;W=32;P=8;L=2;Hd=2;I=64
yy,xx=np.mgrid[0:S,0:S]
def sample(n):
    x=np.ones((n,S,S,3),np.float32)*rng.uniform(.9,1,(n,1,1,3)).astype(np.float32); y=rng.integers(0,8,n)
    for i in range(n):
        c=np.clip(base[y[i]]*rng.uniform(.75,1.15)+rng.normal(0,.06,3),0,1)
        m=np.zeros((S,S),bool)
        for _ in range(rng.integers(1,4)):
            cx,cy=rng.uniform(8,24,2); rx,ry=rng.uniform(4,13,2); t=rng.uniform(0,math.pi)
            u=(xx-cx)*math.cos(t)+(yy-cy)*math.sin(t); v=-(xx-cx)*math.sin(t)+(yy-cy)*math.cos(t)
            m|=(u/rx)**2+(v/ry)**2<1
        x[i][m]=c*(1+.15*rng.normal(0,1,(int(m.sum()),1)))
        if rng.random()<.5:
            cx,cy=rng.uniform(6,26,2); r=rng.uniform(1,3); k=(xx-cx)**2+(yy-cy)**2<r*r; x[i][k]=rng.uniform(0,1,3)
    x+=rng.normal(0,1,x.shape).astype(np.float32)*rng.choice([0,.02,.1,.25],(n,1,1,1))
    return torch.tensor(np.clip(x,0,1).transpose(0,3,1,2)*2-1),torch.tensor(y)
class Layer(nn.Module):
    def __init__(s):
        super().__init__(); s.n1=nn.LayerNorm(W,eps=1e-12); s.n2=nn.LayerNorm(W,eps=1e-12); s.q=nn.Linear(W,W); s.k=nn.Linear(W,W); s.v=nn.Linear(W,W); s.o=nn.Linear(W,W); s.a=nn.Linear(W,I); s.b=nn.Linear(I,W)
    def forward(s,x):
        h=s.n1(x); B,T,_=h.shape
        sp=lambda z:z.view(B,T,Hd,W//Hd).transpose(1,2)
        q,k,v=sp(s.q(h)),sp(s.k(h)),sp(s.v(h))
        a=(q@k.transpose(-1,-2)/math.sqrt(W//Hd)).softmax(-1)@v
        x=x+s.o(a.transpose(1,2).reshape(B,T,W)); return x+s.b(F.gelu(s.a(s.n2(x))))
class Net(nn.Module):
    def __init__(s):
        super().__init__(); s.p=nn.Conv2d(3,W,P,P); s.c=nn.Parameter(torch.zeros(1,1,W)); s.e=nn.Parameter(torch.randn(1,17,W)*.02); s.l=nn.ModuleList([Layer() for _ in range(L)]); s.n=nn.LayerNorm(W,eps=1e-12); s.h=nn.Linear(W,8)
    def forward(s,x):
        x=s.p(x).flatten(2).transpose(1,2); x=torch.cat([s.c.expand(len(x),-1,-1),x],1)+s.e
        for l in s.l: x=l(x)
        return s.h(s.n(x)[:,0])
net=Net(); opt=torch.optim.AdamW(net.parameters(),2e-3); N=1500
for it in range(N):
    for g in opt.param_groups: g['lr']=2e-3*min(1,it/50)*0.5*(1+math.cos(math.pi*it/N))
    x,y=sample(64); loss=F.cross_entropy(net(x),y,label_smoothing=.05); opt.zero_grad(); loss.backward(); opt.step()
    if it%250==0: print(it,loss.item(),flush=True)
with torch.no_grad():
    x,y=sample(1000); print('accuracy',(net(x).argmax(1)==y).float().mean().item())
t={}
v='vit.'
t[v+'embeddings.cls_token']=net.c; t[v+'embeddings.position_embeddings']=net.e
t[v+'embeddings.patch_embeddings.projection.weight']=net.p.weight; t[v+'embeddings.patch_embeddings.projection.bias']=net.p.bias
for i,l in enumerate(net.l):
    b=f'{v}encoder.layer.{i}.'
    for k,m in [('attention.attention.query',l.q),('attention.attention.key',l.k),('attention.attention.value',l.v),('attention.output.dense',l.o),('intermediate.dense',l.a),('output.dense',l.b),('layernorm_before',l.n1),('layernorm_after',l.n2)]:
        t[b+k+'.weight']=m.weight; t[b+k+'.bias']=m.bias
t[v+'layernorm.weight']=net.n.weight; t[v+'layernorm.bias']=net.n.bias; t['classifier.weight']=net.h.weight; t['classifier.bias']=net.h.bias
out=sys.argv[1]; head={}; off=0; data=b''
for k,w in sorted(t.items()):
    a=w.detach().numpy().astype(np.float16); head[k]={"dtype":"F16","shape":list(a.shape),"data_offsets":[off,off+a.nbytes]}; data+=a.tobytes(); off+=a.nbytes
j=json.dumps(head).encode(); j+=b' '*(-len(j)%8)
open(out+'/model.safetensors','wb').write(struct.pack('<Q',len(j))+j+data)
json.dump({"architectures":["ViTForImageClassification"],"model_type":"vit","hidden_size":W,"num_hidden_layers":L,"num_attention_heads":Hd,"intermediate_size":I,"hidden_act":"gelu","layer_norm_eps":1e-12,"image_size":S,"patch_size":P,"num_channels":3,"qkv_bias":True,"id2label":{str(i):n for i,n in enumerate(names)},"label2id":{n:i for i,n in enumerate(names)}},open(out+'/config.json','w'),indent=2)
json.dump({"image_processor_type":"ViTImageProcessor","do_resize":True,"size":{"height":S,"width":S},"resample":2,"do_rescale":True,"do_normalize":True,"image_mean":[.5,.5,.5],"image_std":[.5,.5,.5]},open(out+'/preprocessor_config.json','w'),indent=2)
