"""The servers that ours is compared with, each as an honest user of its framework would write it for speed."""
