# What an Auto Scaling group of yours needs: the opt-in tag, on group and instances, and the launch gate's hook where it is wanted.
terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "autoscaling_group_name" {
  description = "Name of the group."
  type        = string
}

variable "opt_in_value" {
  description = "The stack's parameter OptInValue."
  type        = string
  default     = "on"
}

variable "gate" {
  description = "Whether the group is gated: docs/launch-gate.md."
  type        = bool
  default     = false
}

variable "gate_hook_name" {
  description = "The stack's parameter GateHookName."
  type        = string
  default     = "launch-guard-gate"
}

# Where the group itself has tag blocks, Terraform would take this tag away again: write it there instead.
resource "aws_autoscaling_group_tag" "opt_in" {
  autoscaling_group_name = var.autoscaling_group_name

  tag {
    key                 = "launch-guard"
    value               = var.opt_in_value
    propagate_at_launch = true
  }
}

resource "aws_autoscaling_lifecycle_hook" "gate" {
  count                  = var.gate ? 1 : 0
  autoscaling_group_name = var.autoscaling_group_name
  name                   = var.gate_hook_name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_LAUNCHING"
  heartbeat_timeout      = 600
  default_result         = "CONTINUE"
}
